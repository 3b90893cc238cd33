describe 'xrootd' do
  on_each_system do |system|
    server, token = system.start_with?('debian') ? %w[xrootd-server xrootd-scitokens-plugins] : %w[xrootd xrootd-scitokens]

    it { is_expected.to compile.with_all_deps }
    it { is_expected.to contain_package(server) }
    it { is_expected.to contain_package('xrootd-client') }
    it { is_expected.to contain_file('/var/spool/xrootd').with(owner: 'xrootd', group: 'xrootd') }
    it { is_expected.not_to contain_file('/etc/grid-security/xrd/xrdkey.pem') }

    context 'as somebody else' do
      let(:params) { { 'user' => 'grid' } }

      it { is_expected.to contain_file('/var/log/xrootd').with(owner: 'grid', group: 'xrootd') }
      it { is_expected.to contain_file('/etc/tmpfiles.d/xrootd.conf').with_content(%r{^d /run/xrootd 0755 grid xrootd -$}) }
    end

    context 'with grid certificates, on a machine that has one' do
      let(:params) { { 'security' => 'gsi' } }
      let(:pre_condition) { "class { 'hostcert': bundle => Sensitive('a secret') }" }

      it 'takes its copy of the key after the key is there' do
        is_expected.to contain_file('/etc/grid-security/xrd/xrdkey.pem')
          .with(mode: '0400', owner: 'xrootd', source: '/etc/grid-security/hostkey.pem', show_diff: false)
          .that_requires('File[/etc/grid-security/hostkey.pem]')
      end
    end

    context 'with tokens' do
      let(:params) { { 'security' => 'token', 'issuers' => ['https://iam.example.org/'], 'paths' => %w[/data /scratch] } }

      it { is_expected.to contain_package(token) }

      it 'believes its issuers, for its paths' do
        text = %r{^\[Issuer https://iam\.example\.org/\]\nissuer = https://iam\.example\.org/\nbase_path = /data, /scratch$}
        is_expected.to contain_file('/etc/xrootd/scitokens.cfg').with_content(text)
      end
    end
  end
end
