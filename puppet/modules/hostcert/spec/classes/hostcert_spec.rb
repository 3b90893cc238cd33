describe 'hostcert' do
  block = ->(kind, text) { "-----BEGIN #{kind}-----\n#{text}\n-----END #{kind}-----\n" }
  key = block['RSA PRIVATE KEY', 'a2V5']
  own, chain = block['CERTIFICATE', 'b3du'], block['CERTIFICATE', 'Y2hhaW4=']
  let(:params) { { 'bundle' => sensitive("Bag Attributes\n#{own}#{key}subject=/O=Grid/CN=ca\n#{chain}") } }

  on_each_system do |_system|
    it { is_expected.to compile.with_all_deps }
    it { is_expected.to contain_package('ca-policy-egi-core') }

    it 'keeps the key from everybody, and each to its own file' do
      is_expected.to contain_file('/etc/grid-security/hostkey.pem')
        .with(mode: '0400', owner: 'root', content: sensitive(key), show_diff: false, backup: false)
      is_expected.to contain_file('/etc/grid-security/hostcert.pem').with(mode: '0644', content: sensitive(own + chain))
    end

    it 'lets nothing but a key and a certificate in' do
      is_expected.to contain_file('/etc/grid-security/hostkey.pem').with_validate_cmd(/openssl pkey -in %/)
      is_expected.to contain_file('/etc/grid-security/hostcert.pem').with_validate_cmd(/openssl x509 -in %/)
    end

    it { is_expected.to contain_service('fetch-crl.timer').with(ensure: 'running', enable: true).that_subscribes_to('File[/etc/systemd/system/fetch-crl.timer]') }
    it { is_expected.to contain_file('/etc/systemd/system/fetch-crl.timer').that_requires('Package[fetch-crl]') }
    it { is_expected.to contain_file('/etc/fetch-crl.d/clusterdef.conf').with_ensure('absent') }

    context 'behind a web cache, with other authorities' do
      let(:params) { super().merge('proxies' => %w[http://proxy.example.org:3128], 'authorities' => 'osg-ca-certs') }

      it { is_expected.to contain_package('osg-ca-certs') }
      it { is_expected.to contain_file('/etc/fetch-crl.d/clusterdef.conf').with_content(%r{^http_proxy = http://proxy\.example\.org:3128$}) }
    end

    context 'without revocation lists' do
      let(:params) { super().merge('fetch_crl' => false) }

      it { is_expected.to contain_service('fetch-crl.timer').with(ensure: 'stopped', enable: false) }
      it { is_expected.not_to contain_package('fetch-crl') }
    end

    context 'with what is neither' do
      let(:params) { { 'bundle' => sensitive('a secret') } }

      it { is_expected.to contain_file('/etc/grid-security/hostkey.pem').with_content(sensitive('')) }
    end
  end
end
