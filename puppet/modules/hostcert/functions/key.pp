# @summary The private key out of a bundle, empty when it has none
#
# @param bundle
#   key and certificates, in PEM, in any order
function hostcert::key(String $bundle) >> String {
  $bundle ? {
    /(?m:-----BEGIN ([A-Z ]*)PRIVATE KEY-----.*-----END \1PRIVATE KEY-----)/ => "${0}\n",
    default                                                                  => '',
  }
}
