"""The classifier's stream: how much of a bare loop's pace it keeps, and what two kills under load cost."""
