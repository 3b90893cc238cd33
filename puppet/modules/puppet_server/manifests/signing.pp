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

  # What the installer left for this machine's own certificate is root's alone. The server, which makes that certificate
  # as its own user, does not start while the file is there and cannot be read.
  $attributes = "${layout['confdir']}/csr_attributes.yaml"
  exec { 'the server may read what its own certificate is to say':
    command  => "chgrp puppet '${attributes}' && chmod 0640 '${attributes}'",
    onlyif   => "test -e '${attributes}' && test \"$(stat -c '%G %a' '${attributes}')\" != 'puppet 640'",
    path     => ['/usr/bin', '/bin'],
    provider => shell,
  }
}
