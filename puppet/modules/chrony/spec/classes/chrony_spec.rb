describe 'chrony' do
  on_each_system do |system|
    debian = system.start_with?('debian')
    file = debian ? '/etc/chrony/chrony.conf' : '/etc/chrony.conf'
    service = debian ? 'chrony' : 'chronyd'

    it { is_expected.to compile.with_all_deps }
    it { is_expected.to contain_file(file).with_content(/^pool 2\.(debian|centos)\.pool\.ntp\.org iburst$/) }
    it { is_expected.to contain_file(debian ? '/etc/chrony/conf.d' : '/etc/chrony.d').with_ensure('directory') }

    context 'with servers' do
      let(:params) { { 'servers' => ['192.0.2.123', 'head.example.org'] } }

      it 'asks them and nobody else' do
        is_expected.to contain_file(file).with_content(/^server 192\.0\.2\.123 iburst\nserver head\.example\.org iburst$/)
          .without_content(/^pool/).that_notifies("Service[#{service}]").that_requires('Package[chrony]')
      end
    end
  end
end
