describe 'nat' do
  let(:params) { { 'inside' => ['10.10.0.0/16'] } }

  on_each_system do |_system|
    it { is_expected.to compile.with_all_deps }

    it 'passes packets on, now and after a start' do
      is_expected.to contain_file('/etc/sysctl.d/90-clusterdef-nat.conf').with_content(/^net\.ipv4\.ip_forward = 1$/)
        .without_content(/ipv6/)
      is_expected.to contain_exec('net.ipv4.ip_forward is on')
      is_expected.not_to contain_exec('net.ipv6.conf.all.forwarding is on')
    end

    it "loads the machine's own tables over those that are there" do
      is_expected.to contain_file('/etc/clusterdef/nat.nft').with_source(%r{\Apuppet:///site/nat/[a-z0-9-]+\.nft\z})
        .with_validate_cmd('/usr/sbin/nft -c -f %').that_notifies('Service[clusterdef-nat.service]')
      is_expected.to contain_service('clusterdef-nat.service').with(ensure: 'running', enable: true, restart: /reload/)
      is_expected.to contain_exec('address translation is loaded')
    end

    context 'with addresses of both versions' do
      let(:params) { { 'inside' => ['10.10.0.0/16', '2001:db8:1::/48'] } }

      it { is_expected.to contain_exec('net.ipv6.conf.all.forwarding is on') }
    end

    context 'with public addresses alone' do
      let(:params) { { 'inside' => ['2001:db8:1::/48'] } }

      it { is_expected.not_to contain_exec('address translation is loaded') }
      it { is_expected.not_to contain_exec('net.ipv4.ip_forward is on') }
    end

    context 'where the campus routes the networks itself' do
      let(:params) { super().merge('masquerade' => false) }

      it 'passes packets on and leaves their addresses alone' do
        is_expected.to contain_exec('net.ipv4.ip_forward is on')
        is_expected.to contain_service('clusterdef-nat.service').with(ensure: 'stopped', enable: false)
        is_expected.to contain_file('/etc/clusterdef/nat.nft').with_ensure('absent').that_requires('Service[clusterdef-nat.service]')
      end
    end
  end
end
