describe 'syslog_server' do
  on_each_system do |_system|
    it { is_expected.to compile.with_all_deps }

    it 'keeps what each machine says apart from what the others say, and from its own' do
      is_expected.to contain_file('/etc/rsyslog.d/40-clusterdef-nodes.conf')
        .with_content(%r{string="/var/log/nodes/%HOSTNAME:::secpath-replace%/messages"})
        .with_content(/imtcp" port="514" ruleset="clusterdefNodes"/)
        .that_notifies('Exec[rsyslog collects as it is told]').that_requires('File[/var/log/nodes]')
    end

    context 'with two weeks elsewhere' do
      let(:params) { { 'directory' => '/srv/log', 'weeks' => 2 } }

      it { is_expected.to contain_file('/etc/logrotate.d/clusterdef-nodes').with_content(%r{^/srv/log/\*/messages}) }
      it { is_expected.to contain_file('/etc/logrotate.d/clusterdef-nodes').with_content(/^  rotate 14$/) }
    end
  end
end
