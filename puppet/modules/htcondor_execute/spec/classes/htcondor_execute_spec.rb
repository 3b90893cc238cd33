describe 'htcondor_execute' do
  let(:pre_condition) { "package { 'condor': }\nservice { 'condor': }" }
  let(:params) { { 'gpus' => 0 } }

  conf = '/etc/condor/config.d/60-clusterdef-execute.conf'

  on_each_system do |_system|
    it { is_expected.to compile.with_all_deps }

    it 'runs jobs, holds them to their memory, and lets them end' do
      is_expected.to contain_file(conf).with_content(/^use ROLE : Execute$/).with_content(/^CGROUP_MEMORY_LIMIT_POLICY = hard$/)
        .with_content(/^MAXJOBRETIREMENTTIME = 86400$/).without_content(/GPUs/).that_notifies('Service[condor]')
    end

    context 'with graphics processors and other habits' do
      let(:params) { { 'gpus' => 2, 'memory_policy' => 'soft', 'drain_hours' => 1 } }

      it { is_expected.to contain_file(conf).with_content(/^use FEATURE : GPUs$/).with_content(/_POLICY = soft$/).with_content(/TIME = 3600$/) }
    end
  end
end
