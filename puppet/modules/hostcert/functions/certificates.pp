# @summary The certificates out of a bundle, in their order, without what stands between them
#
# @param bundle
#   key and certificates, in PEM, in any order
function hostcert::certificates(String $bundle) >> String {
  $end = '-----END CERTIFICATE-----'
  $blocks = $bundle.split($end).filter |$part| { $part =~ /-----BEGIN CERTIFICATE-----/ }
  $blocks.map |$part| { "${regsubst($part, '\A(?m:.*)-----BEGIN CERTIFICATE-----', '-----BEGIN CERTIFICATE-----')}${end}\n" }.join
}
