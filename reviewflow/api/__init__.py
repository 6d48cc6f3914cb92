"""THE DOOR FOR PROGRAMS: HTTP operations, generated from the lifecycle tables and the views."""
