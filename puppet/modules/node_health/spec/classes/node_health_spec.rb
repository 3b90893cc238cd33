describe 'node_health' do
  let(:params) { { 'repositories' => ['atlas.cern.ch'] } }

  conf = '/etc/node-health.conf'

  on_each_system do |_system|
    it { is_expected.to compile.with_all_deps }

    it 'says what there is to look at' do
      lines = ['drain', 'memory', 'mount /export/home', 'repository atlas.cern.ch', 'free / 1073741824', 'free /tmp 1073741824',
               'free /var 2147483648']
      is_expected.to contain_file(conf).with_content(/^#{Regexp.escape(lines.join("\n"))}\n\z/)
    end

    it 'looks every few minutes' do
      is_expected.to contain_file('/etc/systemd/system/node-health.timer').with_content(/^OnUnitInactiveSec=5min$/)
        .that_notifies('Service[node-health.timer]')
      is_expected.to contain_service('node-health.timer').with(ensure: 'running', enable: true)
      is_expected.to contain_file('/usr/local/sbin/node-health').with_mode('0755').that_comes_before('Service[node-health.timer]')
    end

    context 'with other wishes' do
      let(:params) do
        { 'repositories' => [], 'interval' => 15, 'drain' => false, 'memory_errors' => false, 'mounts' => [], 'free' => { '/scratch' => '1.5K' } }
      end

      it { is_expected.to contain_file(conf).with_content(%r{\A# .*\nfree /scratch 1536\n\z}) }
      it { is_expected.to contain_file('/etc/systemd/system/node-health.timer').with_content(/=15min$/) }
    end
  end
end
