describe 'puppet_agent' do
  let(:params) { { 'server' => 'puppet.example.org' } }

  on_each_system do |system|
    it { is_expected.to compile.with_all_deps }
    it { is_expected.to contain_package('openvox-agent') }
    it { is_expected.to contain_ini_setting('puppet.conf main server').with_value('puppet.example.org') }
    it { is_expected.to contain_ini_setting('puppet.conf agent environment').with_ensure('absent') }

    it 'keeps its file where the package has it' do
      place = system.start_with?('debian') ? '/etc/puppet' : '/etc/puppetlabs/puppet'
      is_expected.to contain_ini_setting('puppet.conf agent runinterval').with(path: "#{place}/puppet.conf", value: '30m')
      is_expected.to contain_file("#{place}/csr_attributes.yaml").with_ensure('absent')
    end

    it 'runs by itself only after a run in which nothing failed' do
      is_expected.to contain_stage('puppet_agent_good_run').that_requires('Stage[main]')
      is_expected.to contain_class('puppet_agent::enabled').with_stage('puppet_agent_good_run')
      is_expected.to contain_service('puppet').with(ensure: 'running', enable: true)
    end

    it 'is held back by nothing' do
      is_expected.to contain_ini_setting('puppet.conf agent tags').with_ensure('absent')
      is_expected.to contain_ini_setting('puppet.conf agent noop').with_ensure('absent')
    end

    context 'with some classes only' do
      let(:params) { super().merge('only' => ['chrony', 'openldap::server']) }

      it { is_expected.to contain_ini_setting('puppet.conf agent tags').with_value('puppet_agent,chrony,openldap::server') }
    end

    context 'with none of them yet' do
      let(:params) { super().merge('only' => []) }

      it { is_expected.to contain_ini_setting('puppet.conf agent tags').with_value('puppet_agent') }
    end

    context 'with packages of Puppet and a branch' do
      let(:params) { super().merge('flavour' => 'puppet', 'environment' => 'testing', 'interval' => 60) }

      it { is_expected.to contain_package('puppet-agent') }
      it { is_expected.to contain_ini_setting('puppet.conf agent environment').with_value('testing') }
      it { is_expected.to contain_ini_setting('puppet.conf agent runinterval').with_value('60m') }
    end
  end
end
