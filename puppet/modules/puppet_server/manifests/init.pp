# @summary Configuration server, its certificate authority, and what it is told by the published tree
#
# @param tree
#   the published tree
# @param flavour
#   whose packages: of Vox Pupuli, or of Perforce or the distribution
# @param java_memory
#   memory of the Java machine
# @param instances
#   how many configurations are compiled at the same time
# @param classify
#   how the server learns what a machine is
# @param signing
#   how machines get their certificates
# @param environments
#   branches of the configuration that are kept here
# @param keep_reports
#   days for which the reports of the runs are kept
# @param packages
#   name of the package by flavour
# @param layouts
#   where everything lies: in a vendor's package, and in the distribution's
# @param defaults
#   file of settings that the service's unit reads
# @param state
#   directory of what clusterdef keeps on this machine
# @param flush
#   the program that makes the server read manifests and data anew
# @param shared
#   folders of the published tree that every machine may take files from
# @param eyaml
#   whether secrets are encrypted for this server
# @param eyaml_package
#   the distribution's package of the library that reads encrypted secrets
# @param eyaml_gems
#   where that package puts it
class puppet_server (
  String[1] $tree,
  Enum['openvox', 'puppet'] $flavour,
  Hash[String[1], String[1]] $packages,
  Struct[{ vendor => Puppet_server::Layout, distribution => Puppet_server::Layout }] $layouts,
  String[1] $defaults,
  String[1] $state,
  String[1] $flush,
  Array[String[1]] $shared,
  String[1] $eyaml_package,
  String[1] $eyaml_gems,
  Boolean $eyaml,
  Pattern[/\A[1-9][0-9]*(\.[0-9]+)?[KMGT]\z/] $java_memory = '2G',
  Integer[1, 64] $instances = 2,
  Enum['enc', 'nodes.pp'] $classify = 'enc',
  Enum['token', 'hand'] $signing = 'token',
  Array[Pattern[/\A[a-z][a-z0-9_]*\z/], 1] $environments = ['production'],
  Integer[1, 365] $keep_reports = 30,
) {
  # Only packages of a vendor bring this fact.
  $layout = $facts['aio_agent_version'] ? {
    undef   => $layouts['distribution'],
    default => $layouts['vendor'],
  }
  # The tree's own link: what is published there is read from then on.
  $live = "${tree}/current"

  package { $packages[$flavour]:
    ensure => installed,
  }

  class { 'puppet_server::settings':
    layout      => $layout,
    live        => $live,
    classify    => $classify,
    signing     => $signing,
    java_memory => $java_memory,
    instances   => $instances,
    defaults    => $defaults,
    flush       => $flush,
    shared      => $shared,
    require     => Package[$packages[$flavour]],
    notify      => Service['puppetserver'],
  }

  class { 'puppet_server::signing':
    layout  => $layout,
    state   => $state,
    require => Package[$packages[$flavour]],
    before  => Service['puppetserver'],
  }

  if $eyaml and $layout == $layouts['distribution'] {
    class { 'puppet_server::eyaml':
      layout  => $layout,
      package => $eyaml_package,
      gems    => $eyaml_gems,
      require => Package[$packages[$flavour]],
      notify  => Service['puppetserver'],
    }
  }

  file { "${layout['codedir']}/environments":
    ensure  => directory,
    owner   => 'root',
    group   => 'root',
    mode    => '0755',
    require => Package[$packages[$flavour]],
  }
  $environments.each |$environment| {
    puppet_server::environment { $environment:
      codedir => $layout['codedir'],
      live    => $live,
      require => File["${layout['codedir']}/environments"],
      before  => Service['puppetserver'],
    }
  }

  service { 'puppetserver':
    ensure => running,
    enable => true,
  }

  tidy { "${layout['vardir']}/reports":
    age     => "${keep_reports}d",
    recurse => true,
    matches => '*.yaml',
    type    => mtime,
    backup  => false,
  }
}
