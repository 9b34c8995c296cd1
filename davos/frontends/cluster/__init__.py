"""Clusters: the hosts of workers provide what a session smuggled. See `distribution`."""
