describe 'htcondor_submit' do
  let(:pre_condition) { "package { 'condor': }\nservice { 'condor': }" }

  conf = '/etc/condor/config.d/60-clusterdef-submit.conf'

  on_each_system do |_system|
    it { is_expected.to compile.with_all_deps }
    it { is_expected.to contain_file(conf).with_content(/^use ROLE : Submit$/).that_notifies('Service[condor]') }
    it { is_expected.to contain_file(conf).with_content(/^MAX_JOBS_RUNNING = 10000\nMAX_JOBS_PER_OWNER = 100000$/) }

    context 'with other limits' do
      let(:params) { { 'max_jobs' => 5, 'max_per_owner' => 7 } }

      it { is_expected.to contain_file(conf).with_content(/^MAX_JOBS_RUNNING = 5\nMAX_JOBS_PER_OWNER = 7$/) }
    end
  end
end
