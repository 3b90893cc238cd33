describe 'resolver' do
  let(:params) { { 'search' => ['cluster.internal'], 'nameservers' => ['10.10.0.1', '192.0.2.53'] } }

  on_each_system do |system|
    it { is_expected.to compile.with_all_deps }

    it 'asks who it is told to, in that order' do
      text = /^search cluster\.internal\nnameserver 10\.10\.0\.1\nnameserver 192\.0\.2\.53\n/
      is_expected.to contain_file('/etc/resolv.conf').with_content(text)
    end

    it 'keeps others from writing the file before it writes it' do
      keeper = '/etc/NetworkManager/conf.d/90-clusterdef-resolver.conf'
      is_expected.to contain_file(keeper).that_comes_before('File[/etc/resolv.conf]').with_content(/^dns=none$/)
      hook = '/etc/dhcp/dhclient-enter-hooks.d/clusterdef-resolver'
      is_expected.to contain_file(hook) if system.start_with?('debian')
      is_expected.not_to contain_file(hook) if system.start_with?('el')
    end

    it { is_expected.to contain_file('/etc/hosts').with_source('puppet:///site/hosts/hosts') }

    context 'with more name servers than the C library reads' do
      let(:params) { super().merge('nameservers' => %w[10.10.0.1 10.10.0.2 10.10.0.3 10.10.0.4]) }

      it { is_expected.to contain_file('/etc/resolv.conf').without_content(/10\.10\.0\.4/) }
    end

    context 'without name servers' do
      let(:params) { { 'search' => [], 'hosts' => false } }

      it { is_expected.not_to contain_file('/etc/resolv.conf') }
      it { is_expected.not_to contain_file('/etc/hosts') }
    end
  end
end
