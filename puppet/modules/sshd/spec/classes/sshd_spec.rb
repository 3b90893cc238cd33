describe 'sshd' do
  on_each_system do |system|
    service = system.start_with?('debian') ? 'ssh' : 'sshd'
    own = '/etc/ssh/sshd_config.d/10-clusterdef.conf'

    it { is_expected.to compile.with_all_deps }
    it { is_expected.to contain_service(service).with(ensure: 'running', enable: true) }

    if system == 'el8'
      it 'changes the settings where they stand' do
        is_expected.to contain_augeas('settings of sshd').that_notifies('Service[sshd]').with_changes(
          ['set PasswordAuthentication no', 'set ChallengeResponseAuthentication no',
           'set PermitRootLogin prohibit-password', 'set X11Forwarding no']
        )
      end
      it { is_expected.not_to contain_file(own) }
    else
      it 'lets nobody in by a password' do
        text = /^PasswordAuthentication no\nKbdInteractiveAuthentication no\nPermitRootLogin prohibit-password\n/
        is_expected.to contain_file(own).with_content(text).that_notifies("Service[#{service}]")
      end

      context 'with passwords' do
        let(:params) { { 'password_authentication' => true, 'root_login' => 'no', 'x11_forwarding' => true } }

        it { is_expected.to contain_file(own).with_content(/^PasswordAuthentication yes\nKbdInteractiveAuthentication yes$/) }
        it { is_expected.to contain_file(own).with_content(/^PermitRootLogin no\nX11Forwarding yes$/) }
      end
    end

    it 'knows the host keys of the site, if there are any' do
      sources = ['puppet:///site/ssh/known_hosts', 'puppet:///modules/sshd/none']
      is_expected.to contain_file('/etc/ssh/ssh_known_hosts').with_source(sources)
    end

    it('does not touch its own host keys') { is_expected.not_to contain_file('/etc/ssh/ssh_host_ed25519_key') }
  end
end
