# @summary The library that reads encrypted secrets, for a server that was built by a distribution
#
# A vendor's package brings it. The distribution's package of it lies where only other programs look: all that lies there
# cannot be offered to the server, which does not start with some of it.
#
# @param layout
#   where the server's files lie
# @param package
#   the package that brings the library
# @param gems
#   where that package puts it
class puppet_server::eyaml (
  Puppet_server::Layout $layout,
  String[1] $package,
  String[1] $gems,
) {
  $library = "${layout['vardir']}/lib"

  package { $package:
    ensure => installed,
  }

  file { $library:
    ensure => directory,
    owner  => 'puppet',
    group  => 'puppet',
    mode   => '0755',
  }

  # The version is in the path: the link leads nowhere after an update, and is made anew.
  exec { 'the server knows hiera-eyaml':
    command  => "ln -sfn ${gems}/hiera-eyaml-*/lib/hiera '${library}/hiera'",
    unless   => "test -e '${library}/hiera/backend/eyaml.rb'",
    path     => ['/usr/bin', '/bin'],
    provider => shell,
    require  => [Package[$package], File[$library]],
  }
}
