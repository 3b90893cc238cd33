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

    it 'starts the server also where the setup failed' do
      is_expected.not_to contain_service('slapd').that_requires('Exec[configuration and first entries of the directory]')
    end
  end
end
