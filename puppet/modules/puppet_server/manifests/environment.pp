# @summary One branch of the configuration: what the published tree says, and the modules that are kept beside it
#
# @param codedir
#   where branches are kept
# @param live
#   the published tree as it is now
define puppet_server::environment (
  String[1] $codedir,
  String[1] $live,
) {
  $folder = "${codedir}/environments/${title}"

  file {
    default:
      owner => 'root',
      group => 'root';
    [$folder, "${folder}/modules"]:
      ensure => directory,
      mode   => '0755';
    "${folder}/environment.conf":
      ensure  => file,
      mode    => '0644',
      content => epp('puppet_server/environment.conf.epp', { 'live' => $live });
    "${folder}/hiera.yaml":
      ensure => link,
      target => "${live}/puppet/hiera.yaml";
    "${folder}/data":
      ensure => link,
      target => "${live}/puppet/data";
  }
}
