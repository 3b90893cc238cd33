describe 'sssd' do
  let(:params) { { 'servers' => ['ldap.example.org', '2001:db8::3'] } }
  conf = '/etc/sssd/sssd.conf'

  on_each_system do |system|
    debian = system.start_with?('debian')

    it { is_expected.to compile.with_all_deps }

    it 'asks the servers in their order, encrypted, and believes only the authority' do
      is_expected.to contain_file(conf).that_requires('Package[sssd-ldap]').that_notifies('Service[sssd]')
        .with_content(%r{^ldap_uri = ldap://ldap\.example\.org, ldap://\[2001:db8::3\]$})
        .with_content(/^ldap_id_use_start_tls = true\nldap_tls_reqcert = demand\nldap_tls_cacert = \/etc\/sssd\/clusterdef-ca\.pem$/)
        .with_content(/^access_provider = permit\ncache_credentials = true\nenumerate = false$/)
        .without_content(/ldap_search_base/)
    end

    it 'takes the authority of the agent from where its package has it' do
      place = debian ? '/var/lib/puppet/ssl' : '/etc/puppetlabs/puppet/ssl'
      is_expected.to contain_file('/etc/sssd/clusterdef-ca.pem')
        .with(source: "#{place}/certs/ca.pem", mode: '0644').that_notifies('Service[sssd]')
    end

    it 'is readable for whom this release of sssd wants' do
      is_expected.to contain_file(conf).with_mode(%w[el8 el9 debian12].include?(system) ? '0600' : '0640')
    end

    it 'asks a directory that was away again within minutes' do
      is_expected.to contain_file(conf).with_content(/^offline_timeout = 15\noffline_timeout_max = 60$/)
    end

    it 'does not list what the system starts by its sockets' do
      is_expected.to contain_file(conf).without_content(/^services/) if debian
      is_expected.to contain_file(conf).with_content(/^services = nss, pam, ssh$/) unless debian
    end

    it 'has the system ask sssd, unless it does' do
      is_expected.not_to contain_exec('names and logins by sssd') if debian
      next if debian

      is_expected.to contain_exec('names and logins by sssd')
        .with(command: 'authselect select sssd --force', unless: /nsswitch.*pam_sss/).that_comes_before('Service[sssd]')
    end

    it 'gives the ssh server the keys of users' do
      reload = "systemctl try-reload-or-restart #{debian ? 'ssh' : 'sshd'}"
      is_expected.to contain_exec('sshd learns to ask sssd for keys').with(command: reload, refreshonly: true)
      if system == 'el8'
        is_expected.to contain_augeas('sshd asks sssd for keys').with_context('/files/etc/ssh/sshd_config')
      else
        is_expected.to contain_file('/etc/ssh/sshd_config.d/20-clusterdef-sssd.conf')
          .with_content(%r{^AuthorizedKeysCommand /usr/bin/sss_ssh_authorizedkeys\nAuthorizedKeysCommandUser nobody$})
          .that_notifies('Exec[sshd learns to ask sssd for keys]')
      end
    end

    context 'with everything said' do
      let(:params) do
        super().merge('base_dn' => 'dc=example,dc=org', 'start_tls' => false, 'ca_certificate' => '/etc/pki/campus.pem',
                      'access_group' => 'theory', 'cache_credentials' => false, 'enumerate' => true)
      end

      it 'says it' do
        is_expected.to contain_file('/etc/sssd/clusterdef-ca.pem').with_source('/etc/pki/campus.pem')
        is_expected.to contain_file(conf).with_content(/^ldap_search_base = dc=example,dc=org$/)
          .with_content(/^ldap_id_use_start_tls = false$/)
          .with_content(/^access_provider = simple\nsimple_allow_groups = theory\ncache_credentials = false\nenumerate = true$/)
      end
    end
  end

  context "with a vendor's agent on Debian" do
    let(:facts) { MACHINE.merge(SYSTEMS.fetch('debian12')).merge('aio_agent_version' => '8.19.0') }

    it { is_expected.to contain_file('/etc/sssd/clusterdef-ca.pem').with_source('/etc/puppetlabs/puppet/ssl/certs/ca.pem') }
  end
end
