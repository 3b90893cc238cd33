describe 'dnsmasq' do
  let(:params) { { 'tree' => '/srv/clusterdef' } }

  on_each_system do |system|
    it { is_expected.to compile.with_all_deps }
    it { is_expected.to contain_service('dnsmasq').with(ensure: 'running', enable: true) }

    it 'reads what is published and nothing beside it' do
      line = %r{^conf-file=/srv/clusterdef/current/dnsmasq/clusterdef\.conf$}
      is_expected.to contain_file('/etc/dnsmasq.conf').with_content(line).without_content(/log-queries|conf-dir/)
        .that_requires('Package[dnsmasq]').that_notifies('Service[dnsmasq]')
      defaults = '/etc/default/dnsmasq'
      is_expected.to contain_file(defaults).with_content(/^CONFIG_DIR=$/) if system.start_with?('debian')
      is_expected.not_to contain_file(defaults) if system.start_with?('el')
    end

    context 'with questions in the log' do
      let(:params) { super().merge('log_queries' => true) }

      it { is_expected.to contain_file('/etc/dnsmasq.conf').with_content(/^log-queries$/) }
    end
  end
end
