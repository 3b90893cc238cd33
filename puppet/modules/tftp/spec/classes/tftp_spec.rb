describe 'tftp' do
  let(:params) { { 'tree' => '/srv/clusterdef' } }

  on_each_system do |system|
    debian = system.start_with?('debian')
    unit = debian ? 'tftpd-hpa' : 'tftp.socket'

    it { is_expected.to compile.with_all_deps }
    it { is_expected.to contain_service(unit).with(ensure: 'running', enable: true) }
    it { is_expected.to contain_file('/srv/clusterdef/tftp').with_ensure('directory').that_comes_before("Service[#{unit}]") }

    it 'hands out the loaders and nothing else' do
      file = debian ? '/etc/default/tftpd-hpa' : '/etc/systemd/system/tftp.service.d/clusterdef.conf'
      text = debian ? %r{^TFTP_DIRECTORY="/srv/clusterdef/tftp"$} : %r{^ExecStart=\nExecStart=.*--secure .*/srv/clusterdef/tftp$}
      is_expected.to contain_file(file).with_content(text).without_content(/--create|-c\b/).that_notifies("Service[#{unit}]")
    end
  end
end
