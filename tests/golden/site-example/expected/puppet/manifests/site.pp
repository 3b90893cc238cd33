# What holds for every machine of mytier3, before its classes.
# Made by clusterdef; a change made here is lost the next time. The site's own goes into templates/classify/site.pp.j2.

# The definition and its generations are the copy that counts: machines keep no former files.
File {
  backup => false,
}
