# @summary Name resolution of a machine: whom it asks, what it tries behind a short name, and its own table of names
#
# @param search
#   domains that are tried behind a short name
# @param nameservers
#   name servers to ask; without a value what the installation wrote stays
# @param hosts
#   keep /etc/hosts as generated
# @param keepers
#   files by which the programs that would write resolv.conf themselves learn to leave it alone
# @param service
#   the one of them that runs all the time, where it runs
class resolver (
  Array[String[1]] $search,
  Hash[String[1], Struct[{ directories => Array[String[1]], content => String[1] }]] $keepers,
  String[1] $service,
  Optional[Array[String[1]]] $nameservers = undef,
  Boolean $hosts = true,
) {
  if $nameservers =~ Array[String[1], 1] {
    $keepers.each |$path, $keeper| {
      ensure_resource('file', $keeper['directories'], { 'ensure' => 'directory', 'owner' => 'root', 'group' => 'root' })
      file { $path:
        ensure  => file,
        owner   => 'root',
        group   => 'root',
        mode    => '0644',
        content => $keeper['content'],
        notify  => Exec['programs that write resolv.conf learn to leave it alone'],
        before  => File['/etc/resolv.conf'],
      }
    }

    exec { 'programs that write resolv.conf learn to leave it alone':
      command     => "systemctl try-reload-or-restart ${service}",
      onlyif      => "systemctl is-active --quiet ${service}",
      path        => ['/usr/bin', '/bin'],
      refreshonly => true,
      before      => File['/etc/resolv.conf'],
    }

    # A file, also where a link to somebody's own copy was.
    file { '/etc/resolv.conf':
      ensure  => file,
      owner   => 'root',
      group   => 'root',
      mode    => '0644',
      links   => manage,
      content => epp('resolver/resolv.conf.epp', { 'nameservers' => $nameservers, 'search' => $search }),
    }
  }

  if $hosts {
    file { '/etc/hosts':
      ensure => file,
      owner  => 'root',
      group  => 'root',
      mode   => '0644',
      source => 'puppet:///site/hosts/hosts',
    }
  }
}
