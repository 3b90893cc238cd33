# frozen_string_literal: true

require 'ipaddr'

# The first of some addresses that is in one of some networks.
Puppet::Functions.create_function(:'htcondor::address_in') do
  # @param networks networks, such as 10.10.0.0/16
  # @param addresses addresses of a machine
  # @return [Optional[String]] one of the addresses, or undef
  dispatch :address_in do
    param 'Array[String]', :networks
    param 'Array[String]', :addresses
    return_type 'Optional[String]'
  end

  def address_in(networks, addresses)
    wanted = networks.map { |network| IPAddr.new(network) }
    addresses.find { |address| wanted.any? { |network| network.include?(IPAddr.new(address)) } }
  end
end
