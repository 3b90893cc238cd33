# @summary Web server for installations, on the networks that machines are installed over
#
# @param package
#   name of the package
# @param service
#   name of the service
# @param config
#   its configuration, which is ours as a whole: what the distribution answers by default is not wanted here
# @param user
#   whom it works as
# @param extensions
#   files of its own modules
# @param more
#   where others may add servers of their own
# @param logs
#   directory of its logs
# @param pid
#   file of its process number
# @param mime_types
#   table of the kinds of files
# @param handout
#   directory of what is handed to one machine alone, a file by its address
# @param tree
#   where the published tree is
# @param clients
#   networks whose machines may fetch files
class nginx (
  String[1] $package,
  String[1] $service,
  String[1] $config,
  String[1] $user,
  String[1] $extensions,
  String[1] $more,
  String[1] $logs,
  String[1] $pid,
  String[1] $mime_types,
  String[1] $handout,
  Array[String[1]] $clients,
  String[1] $tree,
) {
  package { $package:
    ensure => installed,
  }

  file { $config:
    ensure       => file,
    owner        => 'root',
    group        => 'root',
    mode         => '0644',
    content      => epp('nginx/nginx.conf.epp', {
        'user'       => $user,
        'extensions' => $extensions,
        'more'       => $more,
        'logs'       => $logs,
        'pid'        => $pid,
        'mime_types' => $mime_types,
        'handout'    => $handout,
        'tree'       => $tree,
        'clients'    => $clients,
    }),
    validate_cmd => '/usr/sbin/nginx -t -q -c %',
    require      => Package[$package],
    notify       => Service[$service],
  }

  # What lies here is for one machine each, and for nobody who is logged in.
  file { $handout:
    ensure  => directory,
    owner   => 'root',
    group   => $user,
    mode    => '0750',
    seltype => 'httpd_var_lib_t',
    require => Package[$package],
  }

  # Who fetches something at that moment gets it whole.
  service { $service:
    ensure  => running,
    enable  => true,
    restart => "systemctl reload-or-restart ${service}.service",
  }
}
