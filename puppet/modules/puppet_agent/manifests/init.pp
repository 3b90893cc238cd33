# @summary Configuration agent: where it asks, how often, and when it may begin to run by itself
#
# @param flavour
#   whose packages: of Vox Pupuli, or of Perforce or the distribution
# @param server
#   configuration server; written out, because newer agents assume none
# @param environment
#   branch of the configuration; the server decides where none is given
# @param interval
#   minutes between two runs
# @param splay
#   spread the runs of all machines over the interval
# @param only
#   classes that may change this machine already, besides this one; everything where none are given
# @param packages
#   name of the package by flavour
# @param places
#   directory of puppet.conf: of a vendor's package, and of the distribution's
class puppet_agent (
  String[1] $server,
  Hash[String[1], String[1]] $packages,
  Struct[{ vendor => String[1], distribution => String[1] }] $places,
  Enum['openvox', 'puppet'] $flavour = 'openvox',
  Optional[Pattern[/\A[a-z][a-z0-9_]*\z/]] $environment = undef,
  Integer[5, 1440] $interval = 30,
  Boolean $splay = true,
  Optional[Array[String[1]]] $only = undef,
) {
  # Only packages of a vendor bring this fact.
  $place = $facts['aio_agent_version'] ? {
    undef   => $places['distribution'],
    default => $places['vendor'],
  }

  package { $packages[$flavour]:
    ensure => installed,
  }

  # Without this class among them, nobody could take the words back.
  $tags = $only ? {
    undef   => undef,
    default => join(unique([$module_name] + $only), ','),
  }

  # The agent reads this file again by itself. What others set there stays: the server keeps its own settings in it.
  $settings = {
    'main server'             => $server,
    'agent environment'       => $environment,
    'agent runinterval'       => "${interval}m",
    'agent splay'             => $splay,
    'agent report'            => true,
    'agent usecacheonfailure' => true,
    'agent tags'              => $tags,
    # A run that gets here was one that may change things: what a machine was joined with is over.
    'agent noop'              => undef,
  }
  $settings.each |$where, $value| {
    $words = split($where, ' ')
    $ensure = $value ? {
      undef   => absent,
      default => present,
    }
    ini_setting { "puppet.conf ${where}":
      ensure  => $ensure,
      path    => "${place}/puppet.conf",
      section => $words[0],
      setting => $words[1],
      value   => String($value),
      require => Package[$packages[$flavour]],
    }
  }

  # A stage of its own: nothing in it is done in a run in which anything else failed.
  stage { 'puppet_agent_good_run':
    require => Stage['main'],
  }
  class { 'puppet_agent::enabled':
    place => $place,
    stage => 'puppet_agent_good_run',
  }
}
