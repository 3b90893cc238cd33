describe 'slurm_submit' do
  let(:params) { { 'controller' => 'head.example.org' } }

  on_each_system do |_system|
    it { is_expected.to compile.with_all_deps }

    it 'tells every session where the configuration is' do
      is_expected.to contain_ini_setting('sessions know the controller of Slurm')
        .with(path: '/etc/environment', setting: 'SLURM_CONF_SERVER', value: 'head.example.org:6817')
    end
  end
end
