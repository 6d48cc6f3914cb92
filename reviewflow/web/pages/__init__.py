"""PAGES: one module a screen, each of which asks views and shows them."""
