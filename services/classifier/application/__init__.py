"""The steps of classifying, in order, over ports."""
