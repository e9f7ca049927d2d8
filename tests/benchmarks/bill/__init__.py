"""What Kunai costs on AWS a month, computed from measured lives of invoices and declared prices."""
