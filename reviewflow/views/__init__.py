"""VIEWS: what a reader may see, as documents of plain data; every door shows these and no others."""
