"""Routes that belong to no single supplier: health and the shape of errors."""
