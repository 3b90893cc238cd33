"""How fast clusterdef is: synthetic sites, measured in fresh processes. Nothing here is part of the package."""
