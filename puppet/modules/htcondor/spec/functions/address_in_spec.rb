describe 'htcondor::address_in' do
  it { is_expected.to run.with_params(['10.10.0.0/16', '2001:db8:1::/64'], ['192.0.2.1', '10.10.2.7']).and_return('10.10.2.7') }
  it { is_expected.to run.with_params(['2001:db8:1::/64'], ['192.0.2.1', '2001:db8:1::7']).and_return('2001:db8:1::7') }
  it { is_expected.to run.with_params(['10.10.0.0/16'], ['192.0.2.1']).and_return(nil) }
end
