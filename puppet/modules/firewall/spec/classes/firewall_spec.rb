describe 'firewall' do
  let(:loaded) { 'the packet filter is loaded' }

  on_each_system do |_system|
    it { is_expected.to compile.with_all_deps }

    it "takes the machine's own rules" do
      is_expected.to contain_file('/etc/clusterdef/firewall.nft').with_mode('0600')
        .with_source(%r{\Apuppet:///site/firewall/[a-z0-9-]+\.nft\z}).that_comes_before("Exec[#{loaded}]")
    end

    it 'loads them in such a way that they go back, and only when they are not loaded yet' do
      is_expected.to contain_exec(loaded)
        .with_command(%r{proof=/usr/local/sbin/clusterdef-reaches-server; .* apply -p \$proof /etc/clusterdef/firewall\.nft\z})
        .with_unless('test -x /usr/local/sbin/clusterdef-firewall && /usr/local/sbin/clusterdef-firewall holds /etc/clusterdef/firewall.nft')
    end

    it 'loads at the next start what was confirmed' do
      is_expected.to contain_service('clusterdef-firewall.service').with(ensure: 'running', enable: true)
        .that_requires("Exec[#{loaded}]")
      is_expected.to contain_file('/etc/systemd/system/clusterdef-firewall.service')
        .with_content(%r{^ExecStart=/usr/local/sbin/clusterdef-firewall start$})
    end

    it 'ends the other filter when its own is there' do
      is_expected.to contain_service('firewalld.service').with(ensure: 'stopped', enable: false).that_requires("Exec[#{loaded}]")
    end

    context 'with firewalld' do
      let(:params) { { 'backend' => 'firewalld', 'log_refused' => true } }

      it { is_expected.to compile.with_all_deps }
      it { is_expected.to contain_package('firewalld').that_comes_before("Exec[#{loaded}]") }
      it { is_expected.to contain_service('firewalld.service').with(ensure: 'running', enable: true) }

      it 'takes exactly the zones and policies of the machine' do
        is_expected.to contain_file('/etc/clusterdef/firewalld').with(purge: true, recurse: true)
          .with_source(%r{\Apuppet:///site/firewalld/[a-z0-9-]+\z})
        is_expected.to contain_exec(loaded).with_command(%r{apply -l unicast -p \$proof /etc/clusterdef/firewalld\z})
      end

      it 'takes away the table of the other way' do
        is_expected.to contain_service('clusterdef-firewall.service').with(ensure: 'stopped').that_requires("Exec[#{loaded}]")
      end
    end
  end
end
