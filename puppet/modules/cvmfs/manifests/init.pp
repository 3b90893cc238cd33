# @summary The experiments' software under /cvmfs, mounted when it is first looked at
#
# @param packages
#   the software and its configuration package
# @param standard_cache
#   cache directory that the package makes
# @param repositories
#   repositories that are mounted
# @param proxies
#   web caches to go through; without one every machine fetches for itself
# @param servers
#   software servers, the nearest first; without a value those that the configuration package knows
# @param cache
#   directory of the local cache
# @param cache_size
#   how much of the disk the local cache may take
class cvmfs (
  Array[String[1], 1] $packages,
  String[1] $standard_cache,
  Array[String[1], 1] $repositories = ['atlas.cern.ch', 'atlas-condb.cern.ch', 'grid.cern.ch', 'sft.cern.ch'],
  Optional[Array[String[1]]] $proxies = undef,
  Optional[Array[String[1]]] $servers = undef,
  String[1] $cache = '/var/lib/cvmfs',
  Pattern[/\A[1-9][0-9]*(\.[0-9]+)?[KMGT]\z/] $cache_size = '20G',
) {
  package { $packages:
    ensure => installed,
  }

  file {
    default:
      owner   => 'root',
      group   => 'root',
      mode    => '0644',
      require => Package[$packages];
    '/etc/cvmfs/default.local':
      ensure  => file,
      content => epp('cvmfs/default.local.epp', {
        'repositories' => $repositories,
        'proxies'      => cvmfs::proxies($proxies.lest || { [] }),
        'cache'        => $cache,
        'megabytes'    => cvmfs::megabytes($cache_size),
      }),
      notify  => Exec['cvmfs: settings are read again'];
    '/etc/auto.master.d/cvmfs.autofs':
      ensure  => file,
      content => "# Managed by Puppet: every repository is mounted when it is first looked at.\n/cvmfs /etc/auto.cvmfs\n",
      notify  => Exec['cvmfs: automounter knows it'];
  }

  # The servers of a domain are read after default.local, so they are ours only there.
  $domains = $repositories.map |$one| { $one.split('[.]')[1, -1].join('.') }.unique
  $ensure = $servers ? {
    Array[String[1], 1] => file,
    default             => absent,
  }
  file { $domains.map |$domain| { "/etc/cvmfs/domain.d/${domain}.local" }:
    ensure  => $ensure,
    owner   => 'root',
    group   => 'root',
    mode    => '0644',
    content => epp('cvmfs/domain.local.epp', { 'servers' => $servers.lest || { [] } }),
    require => Package[$packages],
    notify  => Exec['cvmfs: settings are read again'],
  }

  if $cache != $standard_cache {
    file { $cache:
      ensure  => directory,
      owner   => 'cvmfs',
      group   => 'cvmfs',
      mode    => '0700',
      seltype => 'cvmfs_cache_t',
      require => Package[$packages],
      before  => File['/etc/cvmfs/default.local'],
    }
  }

  # The daemon runs as its own user, and everybody may look.
  file_line { 'cvmfs: others see what is mounted':
    path    => '/etc/fuse.conf',
    line    => 'user_allow_other',
    require => Package[$packages],
    before  => Exec['cvmfs: automounter knows it'],
  }

  # The automounter belongs to module autofs where that is; here it only has to run, and to know of /cvmfs.
  exec {
    default:
      path => ['/usr/sbin', '/usr/bin', '/sbin', '/bin'];
    'cvmfs: automounter runs':
      command => 'systemctl enable --now autofs',
      unless  => 'systemctl is-enabled --quiet autofs && systemctl is-active --quiet autofs',
      require => File['/etc/auto.master.d/cvmfs.autofs', '/etc/cvmfs/default.local'];
    'cvmfs: automounter knows it':
      command     => 'systemctl reload autofs',
      refreshonly => true,
      require     => Exec['cvmfs: automounter runs'];
    'cvmfs: settings are read again':
      command     => 'cvmfs_config reload',
      refreshonly => true,
      require     => Exec['cvmfs: automounter runs'];
  }
}
