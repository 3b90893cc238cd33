# @summary DHCP, boot files and names in one daemon, from the published file
#
# @param package
#   name of the package
# @param service
#   name of the service
# @param config
#   its configuration, which reads the published one
# @param tree
#   where the generated files are
# @param log_queries
#   whether each question for a name is written to the log
# @param defaults
#   settings of the service's start, where a distribution has them
class dnsmasq (
  String[1] $package,
  String[1] $service,
  String[1] $config,
  String[1] $tree,
  Boolean $log_queries = false,
  Optional[String[1]] $defaults = undef,
) {
  package { $package:
    ensure => installed,
  }

  file { $config:
    ensure  => file,
    owner   => 'root',
    group   => 'root',
    mode    => '0644',
    content => epp('dnsmasq/dnsmasq.conf.epp', { 'tree' => $tree, 'log_queries' => $log_queries }),
    require => Package[$package],
    notify  => Service[$service],
  }

  if $defaults {
    file { $defaults:
      ensure  => file,
      owner   => 'root',
      group   => 'root',
      mode    => '0644',
      content => epp('dnsmasq/defaults.epp'),
      require => Package[$package],
      notify  => Service[$service],
    }
  }

  # Publishing restarts it when its file has changed.
  service { $service:
    ensure => running,
    enable => true,
  }
}
