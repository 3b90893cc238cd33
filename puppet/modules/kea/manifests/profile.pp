# @summary What a daemon confined by AppArmor may read besides: the published tree
#
# @param folder
#   where the profiles are
# @param tree
#   where the generated files are
define kea::profile (
  String[1] $folder,
  String[1] $tree,
) {
  $profile = "${folder}/usr.sbin.${title}"
  $own = "${folder}/local/usr.sbin.${title}"

  file { $own:
    ensure  => file,
    owner   => 'root',
    group   => 'root',
    mode    => '0644',
    content => epp('kea/apparmor.epp', { 'tree' => $tree }),
  }

  # The package's profile does not read it in every release.
  file_line { "${title} reads what is local":
    path  => $profile,
    line  => "  include if exists <local/usr.sbin.${title}>",
    match => "^\\s*#?include (if exists )?<local/usr\\.sbin\\.${title}>",
    after => '^\s*include <abstractions/nameservice>',
  }

  exec { "AppArmor knows what ${title} may read":
    command     => "apparmor_parser -r ${profile}",
    onlyif      => 'test -e /sys/kernel/security/apparmor/profiles',
    path        => ['/usr/sbin', '/usr/bin', '/sbin', '/bin'],
    refreshonly => true,
    subscribe   => [File[$own], File_line["${title} reads what is local"]],
  }
}
