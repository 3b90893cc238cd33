describe 'openldap' do
  let(:params) { { 'tree' => '/srv/clusterdef' } }

  on_each_system do |system|
    debian = system.start_with?('debian')
    server = debian ? 'slapd' : 'openldap-servers'
    commands = debian ? 'ldap-utils' : 'openldap-clients'

    it { is_expected.to compile.with_all_deps }
    it { is_expected.to contain_package(server) }
    it { is_expected.to contain_package(commands) }
    it { is_expected.to contain_service('slapd').with(ensure: 'running', enable: true).that_requires("Package[#{server}]") }

    it 'listens with and without TLS from the beginning, and on the socket of the commands' do
      path, setting = debian ? ['/etc/default/slapd', 'SLAPD_SERVICES'] : ['/etc/sysconfig/slapd', 'SLAPD_URLS']
      is_expected.to contain_ini_setting('addresses of slapd')
        .with(path: path, setting: setting, value: '"ldap:/// ldaps:/// ldapi:///"', key_val_separator: '=')
        .that_notifies('Service[slapd]')
    end

    it 'puts what was published in force, when there is something and it is not' do
      setup = '/srv/clusterdef/current/ldap/bin/ldap-setup'
      is_expected.to contain_exec('configuration and first entries of the directory')
        .with(command: "sh #{setup} -i", onlyif: "test -e #{setup}", unless: "sh #{setup} -n -i")
        .that_requires(["Package[#{server}]", "Package[#{commands}]", 'Ini_setting[addresses of slapd]'])
    end

    it 'sends nothing anywhere unless it is told where to' do
      is_expected.to contain_service('ldap-dump.timer').with(ensure: 'stopped', enable: false)
      is_expected.to contain_file('/etc/systemd/system/ldap-dump.service').with_ensure('absent')
    end

    context 'with a place for its dumps' do
      let(:params) { super().merge('dump_to' => 'ldapdump@head:/var/backups/ldap') }

      it { is_expected.to compile.with_all_deps }
      it 'sends one there every night, with a key of its own' do
        is_expected.to contain_file('/etc/systemd/system/ldap-dump.service')
          .with_content(%r{^ExecStart=/usr/local/sbin/ldap-dump-away ldapdump@head:/var/backups/ldap$})
        is_expected.to contain_file('/var/lib/ldap-dump').with(ensure: 'directory', mode: '0700')
        is_expected.to contain_service('ldap-dump.timer').with(ensure: 'running', enable: true)
          .that_requires('Exec[key that the dump of the directory leaves with]')
      end
    end

    it 'starts the server also where the setup failed' do
      is_expected.not_to contain_service('slapd').that_requires('Exec[configuration and first entries of the directory]')
    end
  end
end
