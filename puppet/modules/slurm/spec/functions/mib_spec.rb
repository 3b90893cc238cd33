describe 'slurm::mib' do
  it { is_expected.to run.with_params('2G').and_return(2048) }
  it { is_expected.to run.with_params('1.5T').and_return(1_572_864) }
  it { is_expected.to run.with_params('3000K').and_return(2) }
  it { is_expected.to run.with_params('2').and_raise_error(/Pattern/) }
end
