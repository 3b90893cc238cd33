# @summary Who gets a certificate without anybody's help: whoever shows the token that was made for this machine
#
# @param layout
#   where the server's files lie
# @param state
#   directory of what clusterdef keeps on this machine; hashes of tokens are in its `tokens`
class puppet_server::signing (
  Puppet_server::Layout $layout,
  String[1] $state,
) {
  $tokens = "${state}/tokens"

  # A token is used up by a rename, which is the server's own user's to do.
  file {
    $state:
      ensure => directory,
      owner  => 'root',
      group  => 'root',
      mode   => '0755';
    $tokens:
      ensure => directory,
      owner  => 'puppet',
      group  => 'puppet',
      mode   => '0700';
    "${layout['confdir']}/autosign":
      ensure  => file,
      owner   => 'root',
      group   => 'root',
      mode    => '0755',
      content => epp('puppet_server/autosign.epp', { 'ruby' => $layout['ruby'], 'tokens' => $tokens });
  }
}
