describe 'syslog' do
  forward = '/etc/rsyslog.d/60-clusterdef-forward.conf'

  on_each_system do |_system|
    it { is_expected.to compile.with_all_deps }
    it { is_expected.to contain_file(forward).with_ensure('absent') }

    context 'with a collector' do
      let(:params) { { 'server' => 'head.example.org', 'spool' => '1.5G' } }

      it 'sends there, and never holds up a program' do
        is_expected.to contain_file(forward).with_ensure('file').that_notifies('Service[rsyslog]')
          .with_content(/target="head\.example\.org"/).with_content(/maxDiskSpace="1536m"/).with_content(/timeoutEnqueue="0"/)
      end
    end

    context 'on the collector itself' do
      let(:node) { 'head.example.org' }
      let(:params) { { 'server' => 'head.public.example.org' } }

      it { is_expected.to contain_file(forward).with_ensure('absent') }
    end
  end
end
