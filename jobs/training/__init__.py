"""How the onboard model is made and measured, for a site's own photos too."""
