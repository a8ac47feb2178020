"""Routes that belong to no single supplier: health, files, short links, the shape of errors."""
