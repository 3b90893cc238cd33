describe 'users' do
  let(:params) { { 'admins' => %w[ada grace], 'root_password' => sensitive('$6$salt$hash') } }

  on_each_system do |_system|
    it { is_expected.to compile.with_all_deps }
    it { is_expected.to contain_user('root').with_password(sensitive('$6$salt$hash')) }
    it { is_expected.to contain_file('/root/.ssh/authorized_keys').with(mode: '0600', source: 'puppet:///site/ssh/authorized_keys') }

    it 'checks the rules before anybody depends on them' do
      text = /^ada ALL=\(ALL:ALL\) ALL\ngrace ALL=\(ALL:ALL\) ALL$/
      is_expected.to contain_file('/etc/sudoers.d/clusterdef-admins')
        .with(mode: '0440', content: text, validate_cmd: '/usr/sbin/visudo -c -q -f %').that_requires('Package[sudo]')
    end

    context 'with sudo for nothing' do
      let(:params) { super().merge('sudo_without_password' => true) }

      it { is_expected.to contain_file('/etc/sudoers.d/clusterdef-admins').with_content(/^ada ALL=\(ALL:ALL\) NOPASSWD: ALL$/) }
    end
  end
end
