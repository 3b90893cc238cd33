# @summary A timer that sends the directory away every night
#
# @param to
#   where to, as USER@HOST:/DIRECTORY; nothing is sent without it
class openldap::dump (
  Optional[Pattern[/\A[^@:\s]+@[^@:\s]+:\/[A-Za-z0-9._\/-]+\z/]] $to = undef,
) {
  $program = '/usr/local/sbin/ldap-dump-away'
  $own = '/var/lib/ldap-dump'
  $units = '/etc/systemd/system'

  if $to {
    file {
      default:
        ensure => file,
        owner  => 'root',
        group  => 'root',
        mode   => '0644';
      $own:
        ensure => directory,
        mode   => '0700';
      $program:
        mode   => '0755',
        source => 'puppet:///modules/openldap/ldap-dump-away.sh';
      "${units}/ldap-dump.service":
        content => epp('openldap/ldap-dump.service.epp', { 'program' => $program, 'to' => $to });
      "${units}/ldap-dump.timer":
        source => 'puppet:///modules/openldap/ldap-dump.timer';
    }
    # Its public half, key.pub, has to be let in where the dump goes.
    exec { 'key that the dump of the directory leaves with':
      command => "ssh-keygen -q -t ed25519 -N '' -C ldap-dump@${facts['networking']['hostname']} -f ${own}/key",
      creates => "${own}/key",
      path    => ['/usr/bin', '/bin'],
      require => File[$own],
    }
    service { 'ldap-dump.timer':
      ensure    => running,
      enable    => true,
      require   => [File[$program], Exec['key that the dump of the directory leaves with']],
      subscribe => File["${units}/ldap-dump.timer", "${units}/ldap-dump.service"],
    }
  } else {
    service { 'ldap-dump.timer':
      ensure => stopped,
      enable => false,
      before => File["${units}/ldap-dump.timer"],
    }
    file { [$program, "${units}/ldap-dump.service", "${units}/ldap-dump.timer"]:
      ensure => absent,
    }
  }
}
