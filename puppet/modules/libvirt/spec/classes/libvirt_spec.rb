describe 'libvirt' do
  let(:params) { { 'tree' => '/srv/clusterdef' } }

  on_each_system do |system|
    modular = %w[el9 el10].include?(system)

    it { is_expected.to compile.with_all_deps }
    it { is_expected.to contain_file('/var/lib/libvirt/images').with(ensure: 'directory', mode: '0711') }

    it 'answers, and is there when the host comes up' do
      is_expected.to contain_service(modular ? 'virtqemud.socket' : 'libvirtd.socket').with(ensure: 'running', enable: true)
      service = modular ? 'virtqemud.service' : 'libvirtd.service'
      is_expected.to contain_service(service).with_enable(true).without_ensure
    end

    it 'takes away the network whose DHCP would answer beside ours, and no other' do
      is_expected.to contain_exec("libvirt's own network is gone").with_onlyif(/virbr0/)
    end

    it 'has machines start with their host and shut down before it does' do
      is_expected.to contain_exec('virtual machines start with their host')
        .with_unless('test -x /usr/local/sbin/clusterdef-autostart && /usr/local/sbin/clusterdef-autostart --check /srv/clusterdef/current/libvirt')
      guests = system.start_with?('debian') ? '/etc/default/libvirt-guests' : '/etc/sysconfig/libvirt-guests'
      is_expected.to contain_file(guests).with_content(/^ON_BOOT=ignore\nON_SHUTDOWN=shutdown$/)
    end
  end
end
