describe 'kea' do
  let(:params) { { 'tree' => '/srv/clusterdef' } }

  on_each_system do |system|
    debian = system.start_with?('debian')

    it { is_expected.to compile.with_all_deps }

    %w[kea-dhcp4 kea-dhcp6].each do |daemon|
      unit = debian ? "#{daemon}-server.service" : "#{daemon}.service"

      it "has #{daemon} read what is published" do
        line = %r{^<\?include "/srv/clusterdef/current/kea/#{daemon}\.json"\?>$}
        is_expected.to contain_file("/etc/kea/#{daemon}.conf").with_content(line).that_notifies("Service[#{unit}]")
        is_expected.to contain_service(unit).with(ensure: 'running', enable: true)
      end

      it "lets #{daemon} read it where it is confined" do
        local = "/etc/apparmor.d/local/usr.sbin.#{daemon}"
        if debian
          is_expected.to contain_file(local).with_content(%r{^/srv/clusterdef/\*\* r,$}).that_comes_before("Service[#{unit}]")
          is_expected.to contain_file_line("#{daemon} reads what is local").with_line("  include if exists <local/usr.sbin.#{daemon}>")
          is_expected.to contain_exec("AppArmor knows what #{daemon} may read").that_subscribes_to("File[#{local}]")
        else
          is_expected.not_to contain_file(local)
        end
      end
    end

    it 'announces gateways only where there is something to announce' do
      is_expected.to contain_file('/etc/radvd.conf').with(ensure: 'link', target: '/srv/clusterdef/current/radvd/radvd.conf')
      is_expected.to contain_service('radvd.service').with_enable(true).without_ensure
      is_expected.to contain_exec('gateways of IPv6 are announced').with_onlyif('test -e /etc/radvd.conf')
    end
  end
end
