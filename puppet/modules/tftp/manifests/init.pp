# @summary Boot loaders and boot files by TFTP
#
# @param package
#   name of the package
# @param service
#   the unit that listens
# @param config
#   what tells the daemon which directory it hands out
# @param folders
#   directories that this file needs
# @param template
#   how it is written: `unit`, an addition to the daemon's unit, or `defaults`, a file that its start reads
# @param tree
#   where the published tree is
class tftp (
  String[1] $package,
  String[1] $service,
  String[1] $config,
  Array[String[1]] $folders,
  Enum['unit', 'defaults'] $template,
  String[1] $tree,
) {
  $root = "${tree}/tftp"

  package { $package:
    ensure => installed,
  }

  # The daemon does not start without it; publishing fills it.
  $directories = [$tree, $root] + $folders
  $directories.each |$folder| {
    ensure_resource('file', $folder, { 'ensure' => 'directory', 'owner' => 'root', 'group' => 'root', 'mode' => '0755' })
  }

  file { $config:
    ensure  => file,
    owner   => 'root',
    group   => 'root',
    mode    => '0644',
    content => epp("tftp/${template}.epp", { 'root' => $root }),
    require => Package[$package],
    notify  => Service[$service],
  }

  service { $service:
    ensure  => running,
    enable  => true,
    require => File[$root],
  }
}
