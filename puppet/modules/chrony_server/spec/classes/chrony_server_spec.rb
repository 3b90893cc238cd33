describe 'chrony_server' do
  let(:params) { { 'clients' => ['10.10.0.0/16', '2001:db8::/64'] } }

  on_each_system do |system|
    directory = system.start_with?('debian') ? '/etc/chrony/conf.d' : '/etc/chrony.d'

    it { is_expected.to compile.with_all_deps }

    it 'answers those networks, also while it follows nobody' do
      text = %r{^allow 10\.10\.0\.0/16\nallow 2001:db8::/64\n(#.*\n)?local stratum 10 orphan$}
      is_expected.to contain_file("#{directory}/clusterdef-server.conf").with_content(text)
        .that_notifies('Exec[chrony answers as it is told]')
    end
  end
end
