"""The pure part of the portal: queries, codes, scores, marks; no IO, no clock."""
