describe 'htcondor_manager' do
  let(:pre_condition) { "package { 'condor': }\nservice { 'condor': }" }

  conf = '/etc/condor/config.d/60-clusterdef-manager.conf'

  on_each_system do |_system|
    it { is_expected.to compile.with_all_deps }

    it 'matches jobs, forgets at its pace, and makes room for large ones' do
      is_expected.to contain_file(conf).with_content(/^use ROLE : CentralManager$/).with_content(/^PRIORITY_HALFLIFE = 86400$/)
        .with_content(/ DEFRAG$/).that_notifies('Service[condor]')
    end

    context 'with other habits' do
      let(:params) { { 'half_life' => 600, 'defrag' => false } }

      it { is_expected.to contain_file(conf).with_content(/^PRIORITY_HALFLIFE = 600$/).without_content(/DEFRAG/) }
    end
  end
end
