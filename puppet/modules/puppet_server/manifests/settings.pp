# @summary What the server and its Java machine are told
#
# @param layout
#   where its files lie
# @param live
#   the published tree as it is now
# @param classify
#   how the server learns what a machine is
# @param signing
#   how machines get their certificates
# @param java_memory
#   memory of the Java machine
# @param instances
#   how many configurations are compiled at the same time
# @param defaults
#   file of settings that the service's unit reads
# @param flush
#   the program that makes the server read manifests and data anew
# @param shared
#   folders of the published tree that every machine may take files from
class puppet_server::settings (
  Puppet_server::Layout $layout,
  String[1] $live,
  Enum['enc', 'nodes.pp'] $classify,
  Enum['token', 'hand'] $signing,
  String[1] $java_memory,
  Integer $instances,
  String[1] $defaults,
  String[1] $flush,
  Array[String[1]] $shared,
) {
  $files = "${layout['confdir']}/site"

  # Without an external classifier the former one must be forgotten: both together would declare every class twice.
  $external = $classify ? {
    'enc'   => present,
    default => absent,
  }

  $autosign = $signing ? {
    'token' => "${layout['confdir']}/autosign",
    default => 'false',
  }

  # What is compiled is kept until a publication says that it is old: see flush below.
  $settings = {
    'node_terminus'       => [$external, 'exec'],
    'external_nodes'      => [$external, "${live}/enc/classifier"],
    'autosign'            => [present, $autosign],
    'reports'             => [present, 'store'],
    # Said, because not every package's puppet.conf knows where the server keeps its things.
    'reportdir'           => [present, "${layout['vardir']}/reports"],
    'environment_timeout' => [present, 'unlimited'],
    'fileserverconfig'    => [present, "${layout['confdir']}/fileserver.conf"],
  }
  $settings.each |$name, $said| {
    ini_setting { "puppet.conf server ${name}":
      ensure  => $said[0],
      path    => "${layout['confdir']}/puppet.conf",
      section => 'server',
      setting => $name,
      value   => $said[1],
    }
  }

  ini_setting { 'memory of puppetserver':
    path              => $defaults,
    section           => '',
    setting           => 'JAVA_ARGS',
    key_val_separator => '=',
    value             => epp('puppet_server/java_args.epp', { 'megabytes' => puppet_server::megabytes($java_memory) }),
  }

  file {
    default:
      ensure => file,
      owner  => 'root',
      group  => 'root',
      mode   => '0644';
    "${layout['config']}/clusterdef.conf":
      content => epp('puppet_server/clusterdef.conf.epp', { 'instances' => $instances });
    "${layout['config']}/auth.conf":
      content => epp('puppet_server/auth.conf.epp', { 'server' => $trusted['certname'] });
    "${layout['confdir']}/fileserver.conf":
      content => epp('puppet_server/fileserver.conf.epp', { 'files' => $files });
    $flush:
      mode   => '0755',
      source => 'puppet:///modules/puppet_server/flush.sh';
  }

  # Links, because a mount that is not there when the server starts is no mount afterwards. What is not linked here,
  # secrets above all, no machine can ask for.
  file { $files:
    ensure  => directory,
    owner   => 'root',
    group   => 'root',
    mode    => '0755',
    recurse => true,
    purge   => true,
    force   => true,
  }
  $shared.each |$folder| {
    file { "${files}/${folder}":
      ensure => link,
      target => "${live}/${folder}",
    }
  }
}
