"""Installers: from an onion to an installed distribution."""
